from people.selectors.organisation import Branch, flat, node_labels, spans_on, tree_on
from people.selectors.staff import names_of

__all__ = ["Branch", "flat", "names_of", "node_labels", "spans_on", "tree_on"]
