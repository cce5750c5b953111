#pragma once
// Nothing to call: see futex.c.
