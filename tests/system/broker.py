"""A real mosquitto on loopback, and a client in a thread that keeps all it hears."""

import json
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from tests.system.daemon import free_port, until

MOSQUITTO = "/usr/sbin/mosquitto"
GUARD = ("monitord", "guard-secret")
BOARD = ("board", "board-secret")


class Broker:
    """Start it, freeze it, kill it; it forgets everything with each start."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        passwords = folder / "passwords"
        passwords.touch(mode=0o600)
        for user, password in (GUARD, BOARD):
            subprocess.run(
                ["mosquitto_passwd", "-b", str(passwords), user, password],
                check=True,
                capture_output=True,
            )
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
            "persistence false\nuser root\n"
        )
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Broker":
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", str(self._config)], stdout=log, stderr=log
            )
        return self

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(5)
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            self.kill()

    def _send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)


class Board:
    """A program beside monitord: hears everything, says what a test wants said."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self._lock = threading.Lock()
        self._heard = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.username_pw_set(*BOARD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._heard.set()
        self._client.on_disconnect = lambda *_: self._heard.clear()
        self._client.on_message = self._on_message
        self._client.connect_async("127.0.0.1", port, keepalive=5)
        self._client.loop_start()
        until(self.connected, "the broker takes the board")

    def _on_connect(self, client: mqtt.Client, *_: Any) -> None:
        client.subscribe("monitord/#", options=SubscribeOptions(qos=1, retainAsPublished=True))

    def _on_message(self, client: mqtt.Client, data: Any, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            self.messages.append((message.topic, bytes(message.payload), bool(message.retain)))

    def connected(self) -> bool:
        """Whether it hears what is published."""
        return self._heard.is_set() and self._client.is_connected()

    def say(self, topic: str, payload: dict[str, Any] | str, *, retain: bool = False) -> None:
        """Publish below the site."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        sent = self._client.publish(f"monitord/testhouse/{topic}", text, qos=1, retain=retain)
        sent.wait_for_publish(5)

    def all(self, topic: str) -> list[bytes]:
        """What came on a topic of the site, in order."""
        with self._lock:
            return [p for t, p, _ in self.messages if t == f"monitord/testhouse/{topic}"]

    def last(self, topic: str) -> dict[str, Any]:
        """The newest JSON of a topic; empty before any."""
        said = [payload for payload in self.all(topic) if payload]
        found: dict[str, Any] = json.loads(said[-1]) if said else {}
        return found

    def jsons(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.all(topic)]

    def status(self) -> str:
        said = self.all("status")
        return said[-1].decode() if said else ""

    def topics(self) -> set[str]:
        """Every retained state topic that holds something."""
        with self._lock:
            held = {t: p for t, p, retained in self.messages if retained}
        return {t for t, p in held.items() if p and t.count("/") == 3}

    def forget(self) -> None:
        with self._lock:
            self.messages.clear()

    def wait(self, true: Callable[[], Any], what: str, patience_s: float = 20.0) -> Any:
        try:
            return until(true, what, patience_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; heard last: {self.messages[-5:]}") from None

    def close(self) -> None:
        held = self._client.socket()
        self._client.disconnect()
        self._client.loop_stop()
        if held is not None:
            held.close()  # its thread may have ended before it came to that
