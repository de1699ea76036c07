"""``python -m monitord_simulators.telephone``: calls as lines of JSON, answered on request.

It tells its port first. A line ``acknowledge PERSON`` on standard input makes that person press
the button of their last call. It ends with its input.
"""

import argparse
import json
import sys
import threading
from typing import Any

from monitord_simulators.telephone.exchange import Exchange


def main() -> int:
    """Run until the input ends."""
    parser = argparse.ArgumentParser(description="A simulated telephone network on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (0: any free one)")
    options = parser.parse_args()
    lock = threading.Lock()

    def tell(event: dict[str, Any]) -> None:
        with lock:
            print(json.dumps(event), flush=True)

    try:
        exchange = Exchange(tell, options.port)
    except OSError as error:
        print(f"telephone: port {options.port}: {error.strerror}", file=sys.stderr)
        return 2
    exchange.start()
    tell({"event": "listening", "port": exchange.port})
    try:
        for line in sys.stdin:
            verb, _, person = line.strip().partition(" ")
            if verb == "acknowledge":
                tell(_acknowledged(exchange, person))
    except KeyboardInterrupt:
        pass
    finally:
        exchange.stop()
    return 0


def _acknowledged(exchange: Exchange, person: str) -> dict[str, Any]:
    try:
        return {"event": "acknowledged", "person": person, "status": exchange.acknowledge(person)}
    except (LookupError, OSError) as error:
        return {"event": "acknowledged", "person": person, "status": 0, "error": str(error)}


if __name__ == "__main__":
    sys.exit(main())
