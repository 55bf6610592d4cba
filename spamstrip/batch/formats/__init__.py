"""One module per input and output format; each has a reader, a decoder, an encoder or a sink.

A reader runs in the main process and only cuts a file into records. Decoders and encoders run
in the workers, so that parsing and printing scale with them. Sinks write in the main process.
"""
