"""What every bench shares: a quiet log, so that the figures can be read."""

import logging

import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
