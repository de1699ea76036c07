"""Pictures as smaller files, for what cannot be handed over as the camera gave it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from monitord.pictures.decoding import BadPicture, size_of


def packed(picture: bytes | NDArray[np.uint8], width: int, quality: int) -> bytes:
    """A JPEG of it, no wider than ``width``. Raises ``BadPicture``."""
    try:
        image = _image(picture)
        if image.shape[1] > width:
            height = max(1, round(image.shape[0] * width / image.shape[1]))
            image = np.asarray(
                cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
            )
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error:
        done, data = False, None
    if not done or data is None:
        raise BadPicture("it cannot be made into a JPEG")
    return np.asarray(data, np.uint8).tobytes()


def _image(picture: bytes | NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not isinstance(picture, bytes):
        return picture
    size_of(picture)
    found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if found is None:
        raise BadPicture("it is no JPEG that can be read")
    return np.asarray(found, np.uint8)
