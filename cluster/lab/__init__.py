"""What the fault scenarios and measurements share: programs, namespaces, a farm of a head and two hosts."""
