// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "core/store/driver_lease.h"
#include "core/store/experiments.h"
#include "core/store/outputs.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

// What the keeper of a copy and the store that is copied say to each other. The store answers from what the
// request says and remembers nothing; all ids are those of the store that is copied.

/// The other side does not speak as this one does. `what()` is one sentence that names the fix.
class ExchangeError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Up to where the changes of each kind are known.
struct ChangePlaces {
    ChangePlace experiments, trials, series, drivers;
    bool operator==(const ChangePlaces&) const = default;
};

/// Points that are wanted of a series, from the index `first` on.
struct SeriesWant {
    std::int64_t series = 0;
    std::int64_t generation = 0;
    std::int64_t first = 0;
};

/// An experiment of the store that is copied; see ExperimentTokens.
struct ExperimentKey {
    std::int64_t id = 0;
    std::int64_t token = 0;
    bool operator==(const ExperimentKey&) const = default;
};

/// What a person asked of an experiment's copy. The token tells whether it came before.
struct ForwardedCommand {
    std::string token;
    ExperimentKey experiment;
    Command command;
};

/// Somebody looks at a copy, and at what one of its trials prints.
struct ForwardedWatch {
    ExperimentKey experiment;
    int trial = -1;         ///< -1: none's
    int attempt = 0;        ///< of the output that is known
    std::int64_t known = 0; ///< up to this place
};

struct ExchangeRequest {
    std::string asker;    ///< identity of the store that asks
    std::string identity; ///< of the store that is copied, as far as it is known
    ChangePlaces places;
    std::vector<SeriesWant> wants;
    std::vector<ForwardedCommand> commands;
    std::vector<ForwardedWatch> watches;
};

/// How long a series is, and which of its lives it leads.
struct SeriesLength {
    std::int64_t series = 0;
    std::int64_t trial = 0;
    std::string metric;
    std::int64_t generation = 0;
    std::int64_t count = 0;
};

struct SeriesPiece {
    std::int64_t series = 0;
    std::int64_t generation = 0;
    std::int64_t first = 0;
    Points points;
};

struct DriverChange {
    std::int64_t experiment = 0;
    DriverInfo info;
};

/// What a trial printed since, or its end where that is not known.
struct OutputPiece {
    std::int64_t experiment = 0;
    int trial = 0;
    OutputTail tail;
};

/// A part of what changed since, small enough to be read at once, all of one moment.
struct ExchangeAnswer {
    std::string identity;
    TimePoint now{}; ///< by the clock there
    /// The changes known to whoever asked are more than there are: the store is an earlier state of itself,
    /// and this answer begins anew.
    bool startsAnew = false;
    std::vector<ExperimentKey> present; ///< all experiments that there are, by id
    std::vector<ExperimentRecord> experiments;
    std::vector<TrialRecord> trials;
    std::vector<SeriesLength> series;
    std::vector<SeriesPiece> pieces;
    std::vector<DriverChange> drivers;
    std::vector<OutputPiece> outputs;
    std::vector<std::string> taken; ///< tokens of the commands that are recorded there
    std::string problem;            ///< why what they ask does not happen, one sentence; empty if it does
    ChangePlaces places;            ///< with this answer
    bool more = false;              ///< than the lengths and states told here is to be had at once
};

// A line that says version and length, and then CBOR (RFC 8949). Noise before it, as a login script may print
// it, is passed over. Reading throws ExchangeError.

std::string encode(const ExchangeRequest& request);
/// `where` is the other machine, for the error, here and below.
ExchangeRequest readRequest(std::string_view text, const std::string& where);
std::string encode(const ExchangeAnswer& answer);
ExchangeAnswer readAnswer(std::string_view text, const std::string& where);

} // namespace widthwise
