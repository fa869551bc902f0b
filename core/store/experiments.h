// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

struct Experiment;

/// An experiment as the store keeps it. Its text is the truth about what it searches.
struct ExperimentRecord {
    std::int64_t id = 0;
    std::string name;          ///< unique in the store
    std::string yaml;          ///< a draft's may have errors
    std::string baseDirectory; ///< what relative paths in the text are relative to; absolute
    ExperimentState state = ExperimentState::Draft;
    std::string reason;
    TimePoint created{};
    std::optional<TimePoint> started;
    std::optional<TimePoint> finished;
    std::optional<std::int64_t> parent; ///< the experiment that it was derived from
    std::string changes;                ///< that people made since it was started; see changesFromJson

    bool operator==(const ExperimentRecord&) const = default;
};

/// The experiment that the record's text describes, under the record's name, which is unique in the store.
/// Throws ExperimentFileError.
Experiment experimentOf(const ExperimentRecord& record);

/// Number of trials in each state, indexed by TrialState.
using StateCounts = std::array<int, 9>;

class Experiments {
public:
    explicit Experiments(Database& database) : m_database(database) {}

    /// Returns the new id. A name that is taken throws StoreError; see freeName.
    std::int64_t add(const ExperimentRecord& record);
    /// `name`, or the next of `name-2`, `name-3`, … where it is taken. The copy of a copy counts on: of
    /// `name-2` it is `name-3`, and not `name-2-2`.
    std::string freeName(const std::string& name);
    /// The record under a free name, which its text then says as well; for one that was read from no file.
    ExperimentRecord underFreeName(ExperimentRecord record);

    std::vector<ExperimentRecord> all();
    std::optional<ExperimentRecord> find(std::int64_t id);
    std::optional<ExperimentRecord> find(std::string_view name);

    /// At most so many that changed after `place`, in the order of their changes, which `place` follows.
    std::vector<ExperimentRecord> changedAfter(ChangePlace& place, int most);

    /// Sets everything of the experiment with the record's id, but its creation.
    void replace(const ExperimentRecord& record);
    void setYaml(std::int64_t id, const std::string& name, const std::string& yaml);
    /// What a person changed of a started experiment: its text from now on, and all changes so far.
    void setChanged(std::int64_t id, const std::string& yaml, const std::string& changes);
    /// Sets `started` the first time that the experiment runs, and `finished` where the state is final.
    void setState(std::int64_t id, ExperimentState state, const std::string& reason, TimePoint now);
    /// With all of its trials, series and commands. Trial directories stay. A driver that still drives it
    /// gets a StoreError with its next write.
    void remove(std::int64_t id);

    StateCounts counts(std::int64_t id);

private:
    [[noreturn]] void throwNameTaken(const std::string& name);

    Database& m_database;
};

} // namespace widthwise
