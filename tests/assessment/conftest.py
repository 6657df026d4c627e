from tests.assessment.making import application, call, officer, three

__all__ = ["application", "call", "officer", "three"]
