"""Lists of counters and sysctls, taken from Linux 6.12.107 and 6.18.44."""
