// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"
#include "core/search/algorithm.h"
#include "core/space/search_space.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace widthwise {

using Seconds = std::chrono::duration<double>;

struct Objective {
    std::string metric;
    Direction direction = Direction::Minimize;
    ObjectiveValue value = ObjectiveValue::Best;
    std::optional<double> goal; ///< the experiment is complete once a trial reaches it
    bool operator==(const Objective&) const = default;
};

/// A bundled model trained by widthwise-trainer. `settings` is the `trainer:` mapping of the file as JSON
/// text, handed to the trainer as it stands; parameters of the space override settings of the same name.
struct BundledTrainer {
    std::string settings;
    bool operator==(const BundledTrainer&) const = default;
};

/// Any program: a command line for `sh -c` in which `{name}` stands for a parameter's value (quoted for the
/// shell) and
/// `{trial_dir}`, `{trial}`, `{attempt}` and `{experiment_dir}` for what they say, `{until_step}` for the
/// step at which the trial is to pause with a checkpoint, 0 where it runs to its end, `{start_from}` for the
/// folder of the checkpoint from which a copy of another trial begins, nothing for others. `{{` is a brace.
struct CommandTemplate {
    std::string command;
    bool operator==(const CommandTemplate&) const = default;
};

/// The trial protocol's own `metrics.jsonl`.
struct JsonLinesCollector {
    bool operator==(const JsonLinesCollector&) const = default;
};
/// A regular expression (see LinePattern) over each line of what the program prints. Without a step, the
/// metric `step` of the same line is the step, else the count of values of that name so far.
struct StdoutCollector {
    std::string pattern;
    bool operator==(const StdoutCollector&) const = default;
};
/// The same over each line of a file.
struct TextCollector {
    std::string pattern;
    std::string file; ///< as in CsvCollector
    bool operator==(const TextCollector&) const = default;
};
/// A CSV file with a header (Lightning's metrics.csv): the column `step`, else `epoch`, else the rows' count
/// is the step, and every other cell with a number is a value.
struct CsvCollector {
    std::string file; ///< relative to the trial directory; of those that `*` and `?` fit, the newest
    bool operator==(const CsvCollector&) const = default;
};
using Collector = std::variant<JsonLinesCollector, StdoutCollector, TextCollector, CsvCollector>;

struct TrialTemplate {
    std::variant<BundledTrainer, CommandTemplate> program;
    Collector collector;
    std::vector<std::pair<std::string, std::string>> environment;
    bool operator==(const TrialTemplate&) const = default;
};

/// What one trial gets, and how many run at a time.
struct Resources {
    int parallel = 1;
    int cpus = 1;
    int gpus = 0;
    int nodes = 1;
    std::optional<Seconds> timeLimit; ///< per trial; it is asked to stop, then ended
    bool operator==(const Resources&) const = default;
};

/// The experiment is complete when the first of them is spent.
struct Budget {
    std::optional<int> trials;
    int failedTrials = 5; ///< more failures than this end the experiment as failed
    std::optional<Seconds> wallTime;
    std::optional<double> deviceHours; ///< GPU hours, or CPU-trial hours where a trial uses no GPU
    bool operator==(const Budget&) const = default;
};

/// A setting of the trial's program that makes a model larger, as its width: rungs of a scheduler climb
/// through its values, smallest first, and a promotion is a new trial with the next one.
struct Fidelity {
    std::string parameter;
    std::vector<std::int64_t> values;
    bool operator==(const Fidelity&) const = default;
};

/// Which checkpoints are kept; see mayNeedCheckpoint.
enum class CheckpointKeeping {
    All,
    Needed, ///< of trials that may go on, and of those that ran to their end
    Best,   ///< of trials that may go on while the experiment does, and of the best
};

/// An experiment as its file describes it (see experiment_file.h for the file's form).
struct Experiment {
    std::string name;
    std::string description;
    Objective objective;
    TrialTemplate trial;
    SearchSpace space;
    SearchSettings search;
    SchedulerSettings schedule;
    std::optional<Fidelity> fidelity;
    CheckpointKeeping checkpoints = CheckpointKeeping::Needed;
    std::string site = "local";
    Resources resources;
    Budget budget;
    std::uint64_t seed = 1;
    bool operator==(const Experiment&) const = default;
};

/// True where `a` is the better value of the objective.
bool isBetter(const Objective& objective, double a, double b);

} // namespace widthwise
