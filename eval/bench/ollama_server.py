"""A real `ollama serve` on a free loopback port, for tests and benchmarks. Ended by its pid."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from kzchat.ollama_model import OllamaModel
from kzchat.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def ollama_binary() -> str:
    """The machine's own Ollama, else the pinned version, built once."""
    built = subprocess.run(
        [str(ROOT / "scripts" / "install-ollama.sh")], stdout=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "PYTHON": sys.executable},
    )  # fmt: skip
    if built.returncode != 0:
        raise RuntimeError("no Ollama server can be had: scripts/install-ollama.sh failed")
    return built.stdout.strip()


class OllamaServer:
    """The running server; `folder` takes its models and its log."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        log = folder / "ollama.log"
        self._log = log.open("wb")
        environment = {
            **os.environ, "OLLAMA_HOST": f"127.0.0.1:{port}", "OLLAMA_MODELS": str(folder / "models"),
            "HOME": str(folder), "OLLAMA_NO_CLOUD": "1", "OLLAMA_KEEP_ALIVE": "30m",
        }  # fmt: skip
        self._process = subprocess.Popen(
            [ollama_binary(), "serve"],
            stdout=self._log, stderr=subprocess.STDOUT, env=environment, start_new_session=True,
        )  # fmt: skip
        for _ in range(300):
            try:
                httpx.get(f"{self.url}/api/version", timeout=2)
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"ollama did not start: {log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End the server and the runner that it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._log.close()


@contextmanager
def serve_default_model() -> Iterator[tuple[Settings, OllamaModel]]:
    """A server with the default model, made from the embedded model's file, and settings for it over the seeds."""
    with tempfile.TemporaryDirectory() as folder:
        server = OllamaServer(Path(folder))
        try:
            gguf = Settings().gguf_path
            settings = Settings(
                corpus=ROOT / "seeds", home=Path(folder), ollama_host=server.url, backend="ollama", gguf=gguf
            )
            model = OllamaModel(settings)
            for status in model.create_from(gguf):
                print(status, file=sys.stderr)
            yield settings, model
        finally:
            server.stop()
