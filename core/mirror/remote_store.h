// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/mirror/exchange.h"
#include "core/store/mirrors.h"

namespace widthwise {

/// What is run on the remote's host for an exchange: the request is its input, the answer its output.
std::string exchangeCommandLine(const Remote& remote);

/// The answer that such a command gave. Throws ExchangeError where it gave none, with the fix.
ExchangeAnswer answerOf(const CommandResult& result, const Remote& remote);

} // namespace widthwise
