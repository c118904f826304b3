//! Drawing: the model becomes a frame. Reads the model, changes nothing.
