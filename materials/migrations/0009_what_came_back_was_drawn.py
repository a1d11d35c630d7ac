from decimal import Decimal

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("materials", "0008_ledger_and_counts"),
        ("plans", "0016_order_reviews"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="quotaline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "issued__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("returned_good"), "+", models.F("returned_incoming_defect")
                                ),
                                "+",
                                models.F("returned_operation_defect"),
                            ),
                            "-",
                            models.Value(Decimal("0.001")),
                        ),
                    )
                ),
                name="quota_returns_within_issued",
            ),
        ),
    ]
