from __future__ import annotations

import os
import subprocess
import sys


def test_our_parts_switch_rasas_telemetry_off() -> None:
    program = (
        "import bot.rasa_parts.spacy_tokenizer; from rasa import telemetry; print(telemetry.is_telemetry_enabled())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "RASA_TELEMETRY_ENABLED"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("False")
