"""``python -m tests.support.tmforum PORT``: the demo customers as an operator's TM Forum APIs, on 127.0.0.1."""

from __future__ import annotations

import sys

import uvicorn

from ndihma.accounts.demo import demo_customers
from ndihma.clock import SystemClock
from tests.support.tmforum.operator import Operator

operator = Operator()
operator.put(customer.line for customer in demo_customers(SystemClock().now()))
uvicorn.run(operator.app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
