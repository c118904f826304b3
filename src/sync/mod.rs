//! Poll, reconcile, deliver: the actors between the desk and the store.
