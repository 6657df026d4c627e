from tests.followup.making import after

__all__ = ["after"]
