from django.db import models


class DocumentCounter(models.Model):
    """The last number given to one kind of document in one plant-local year; gap-free (DESIGN 3.8)."""

    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_counter_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}-{self.last:06d}"
