"""Lantern on Telegram, on plain aiohttp. Described in docs/telegram.md."""

from bot.rasa_parts.channels.telegram.channel import TelegramInput

__all__ = ["TelegramInput"]
