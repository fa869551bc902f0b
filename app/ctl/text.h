// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/amount_text.h"
#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace widthwise::ctl {

/// "0.5 s", "40 s", "3 min", "2 h 10", "5 d 3 h".
std::string durationText(Seconds duration);

/// An estimate: "about 9 s", "about 3 min".
std::string aboutText(Seconds duration);

/// A hyperparameter's value, real numbers as numberText has them.
std::string valueText(const Value& value);

/// Local time, with the day unless it is the same as `now`'s: "14:05", "20 Nov 14:05".
std::string localTimeText(TimePoint time, TimePoint now);

/// UTC, for programs: "2026-11-21T09:51:09.123Z".
std::string isoTimeText(TimePoint time);

/// The values of the parameters that the search varies: "max_lr 0.00131, warmup 0.05".
std::string variedText(const Configuration& configuration, const SearchSpace& space);

/// How many columns a terminal needs for UTF-8 `text`.
std::size_t displayWidth(std::string_view text);

/// The first line of `text`, cut at `columns` with "..." in place of the rest, never inside a character.
std::string cutToWidth(std::string_view text, std::size_t columns);

} // namespace widthwise::ctl
