from people.services.preferences import choose_language, choose_theme

__all__ = ["choose_language", "choose_theme"]
