from django.db import models


class KeptFigures(models.Model):
    """What ``reports.figures.keeping`` counted of a month that is over, with the stamp that its days had then.

    Nothing but time is lost where a row is deleted.
    """

    key = models.CharField(max_length=64, unique=True)
    stamp = models.PositiveBigIntegerField()
    figures = models.JSONField()
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
