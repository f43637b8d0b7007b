"""The extraction of articles from pages: `extract(PageRequest) -> Extraction(article, fingerprint, trace)`."""

from monitor.extract.explain import Trace, TracedBlock
from monitor.extract.extraction import Extraction, PageRequest, Refusal, extract
from monitor.extract.interstitials import InterstitialKind
from monitor.extract.metadata.dates import DateSource
from monitor.extract.selectors import SelectorMismatch, mismatches_in
from monitor.extract.site_boilerplate import MAX_FINGERPRINTS_PER_SITE, Fingerprints, PageFingerprint

__all__ = [
    "MAX_FINGERPRINTS_PER_SITE",
    "DateSource",
    "Extraction",
    "Fingerprints",
    "InterstitialKind",
    "PageFingerprint",
    "PageRequest",
    "Refusal",
    "SelectorMismatch",
    "Trace",
    "TracedBlock",
    "extract",
    "mismatches_in",
]
