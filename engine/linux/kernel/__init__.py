"""kernel/: softirq, interrupts, scheduler, locking."""
