"""The YAML coat: events to nodes, nodes to the tree that a `.case` file makes."""
