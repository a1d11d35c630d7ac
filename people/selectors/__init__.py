from people.selectors.staff import names_of

__all__ = ["names_of"]
