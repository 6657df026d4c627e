"""The rows of the search index."""

from django.db import models

from .catalogue import Solution


class SearchPosting(models.Model):
    """Which solutions of a block of 4 096 have a term, and with what weight, packed: the search reads few rows.

    `space` says what the term is: a word, a part, a value to filter by, the order of titles, or a model of meaning.
    """

    space = models.CharField(max_length=1)
    term = models.CharField(max_length=100)
    block = models.PositiveIntegerField()
    places = models.BinaryField()
    weights = models.BinaryField()

    class Meta:
        ordering = ["space", "term", "block"]
        constraints = [models.UniqueConstraint(fields=["space", "term", "block"], name="search_posting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.term} ({self.block})"


class SearchGram(models.Model):
    """Three letters in a row of a word that some solution has: how a misspelt word finds its likes."""

    gram = models.CharField(max_length=3)
    word = models.CharField(max_length=100)

    class Meta:
        ordering = ["gram", "word"]
        constraints = [models.UniqueConstraint(fields=["gram", "word"], name="search_gram_once")]

    def __str__(self) -> str:
        return f"{self.gram}: {self.word}"


class SearchDocument(models.Model):
    """The terms that a solution stands under, so that exactly those can be taken away when it changes."""

    solution = models.OneToOneField(Solution, primary_key=True, on_delete=models.CASCADE, related_name="+")
    terms = models.BinaryField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.solution_id}"
