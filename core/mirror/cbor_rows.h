// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace widthwise {

/// Rows within rows, as CBOR (RFC 8949): arrays, texts, bytes and single values. nlohmann::json's own reader
/// calls itself for each array within another, and so a short message could use up the stack. Throws
/// std::invalid_argument for what is no CBOR, holds anything else, or is nested deeper than an exchange is.
nlohmann::json rowsFromCbor(std::string_view bytes);

} // namespace widthwise
