"""What the reviews say to the release of an order, and what the release writes into them (PLN-24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import OwnRequest
from core.plant_settings import plant_setting
from people.models import Staff
from people.services import settle_all
from plans import hooks
from plans.models import OrderReview, ProductionOrder, ReviewPart
from plans.review_figures import Found
from plans.selectors.reviews import (
    ALIKE,
    FIGURES_DO,
    NO_REVIEWS,
    STALE,
    UNREVIEWED,
    Kind,
    Reviewed,
    Verdict,
    bill_in_force,
    figures_of,
    review_of,
)


def notice_of(review: int, kind: str) -> str:
    """The key of what tells a reviewer of a part."""
    return f"{review}:{kind}"


def settle_reviews(order: ProductionOrder) -> None:
    """Nobody need judge an order any more that is released, dropped or asked about anew."""
    parts = ReviewPart.objects.filter(review__order=order).values_list("review", "kind")
    settle_all("review.asked", [notice_of(review, kind) for review, kind in parts])


@dataclass(frozen=True)
class PartSaid:
    """What one part says to a release now; ``figures`` where they were looked at for it."""

    kind: ReviewPart.Kind
    passed: bool
    words: str
    figures: Found | None = None

    def as_review(self) -> hooks.Review:
        return hooks.Review(self.kind.label, self.passed, self.words)


def parts_said(reviewed: Reviewed, *, holding: bool = False) -> list[PartSaid]:
    """Both parts; none where the plant wants no reviews.

    Where nobody was asked, the plant's setting says whether the figures decide. A passed material part is looked at again, since other
    orders may have been released meanwhile; ``holding`` locks what it is counted from.
    """
    wanted = plant_setting("release_reviews")
    if wanted == NO_REVIEWS:
        return []
    if reviewed.state == UNREVIEWED and wanted == FIGURES_DO:
        return [_by_figures(reviewed.order, kind, holding) for kind in Kind]
    return [_by_reviewer(reviewed, kind, holding) for kind in Kind]


def _by_figures(order: ProductionOrder, kind: ReviewPart.Kind, holding: bool) -> PartSaid:
    figures = figures_of(order, kind, holding=holding)
    return PartSaid(kind, figures.passes is not False, figures.words, figures)


def _by_reviewer(reviewed: Reviewed, kind: ReviewPart.Kind, holding: bool) -> PartSaid:
    part = reviewed.parts.get(kind)
    if reviewed.state == STALE:
        return PartSaid(kind, False, _("to be reviewed again, changed since: %(what)s") % {"what": _(", ").join(reviewed.changed)})
    if part is None:
        return PartSaid(kind, False, _("nobody has reviewed it"))
    who = part.reviewer.name if part.reviewer else _("The figures")
    if not part.verdict:
        return PartSaid(kind, False, _("%(who)s has not said yet") % {"who": who})
    if part.verdict == Verdict.NOT_PASSED:
        return PartSaid(kind, False, _("%(who)s: %(words)s") % {"who": who, "words": part.note or _("not passed")})
    if kind == Kind.MATERIAL:
        figures = figures_of(reviewed.order, kind, holding=holding)
        if not figures.passes:
            return PartSaid(kind, False, _("passed by %(who)s, and since then %(words)s") % {"who": who, "words": figures.words})
    return PartSaid(kind, True, _("passed by %(who)s") % {"who": who})


def require_another(reviewed: Reviewed, by: Staff | None) -> None:
    """Whoever opened the review does not override it. Raises ``OwnRequest``."""
    if by is not None and reviewed.review is not None and reviewed.state != STALE and reviewed.review.opened_by_id == by.pk:
        raise OwnRequest()


def new_review(order: ProductionOrder, by: Staff | None, **more: object) -> OrderReview:
    """A review of the order as it is now, without parts."""
    bill = ProductionOrder.objects.filter(pk=order.pk).annotate(bill=bill_in_force()).values_list("bill", flat=True).get()
    said = {name: getattr(order, name) for name in ALIKE}
    return OrderReview.objects.create(order=order, bill=bill, opened_by=by, opened_at=timezone.now(), **said, **more)


def write_release(reviewed: Reviewed, said: Sequence[PartSaid], *, by: Staff | None, override: str) -> None:
    """Keep what the order is released on: the figures where nobody was asked, the words of an override."""
    review = reviewed.review
    if said and (review is None or reviewed.state == STALE):
        review = new_review(reviewed.order, by)
        ReviewPart.objects.bulk_create(_part(review, part) for part in said)
    if override and review is not None:
        OrderReview.objects.filter(pk=review.pk).update(override=override, overridden_by=by, overridden_at=timezone.now())


def _part(review: OrderReview, said: PartSaid) -> ReviewPart:
    if said.figures is None:
        return ReviewPart(review=review, kind=said.kind)
    verdict = Verdict.PASSED if said.passed else Verdict.NOT_PASSED
    return ReviewPart(review=review, kind=said.kind, verdict=verdict, decided_at=timezone.now(), figures=said.figures.kept())


def take_over(order: ProductionOrder, by: Staff | None, words: str | Promise) -> None:
    """An order that a file brings as released was reviewed elsewhere: kept as an override with these words."""
    new_review(order, by, override=str(words), overridden_by=by, overridden_at=timezone.now())


def reviews_before_release(order: ProductionOrder) -> list[hooks.Review]:
    return [part.as_review() for part in parts_said(review_of(order))]
