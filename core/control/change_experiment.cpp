// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/change_experiment.h"

#include "core/control/permission.h"
#include "core/control/warm_start.h"
#include "core/experiment/experiment_change.h"
#include "core/site/experiment_check.h"
#include "core/store/commands.h"
#include "core/store/mirrors.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace widthwise {

namespace {

/// Whether a complete experiment may have something to do after these changes.
bool giveWork(const std::vector<std::string>& changes)
{
    constexpr std::array<std::string_view, 5> keys{"budget.", "objective.goal", "schedule.", "search.",
                                                   "space."};
    return std::ranges::any_of(changes, [&](std::string_view change) {
        return std::ranges::any_of(keys, [&](std::string_view key) { return change.starts_with(key); });
    });
}

} // namespace

std::string textToCome(Database& database, const ExperimentRecord& record)
{
    std::string text = record.yaml;
    for (const auto& [id, command] : Commands(database).open(record.id))
        if (command.kind == Command::Kind::Change)
            text = command.text;
    return text;
}

std::vector<std::string> changesBy(Database& database, const ExperimentRecord& record,
                                   const std::string& text, TimePoint now)
{
    const bool isCopy = Mirrors(database).origin(record.id).has_value();
    const Standing standing{record.state, Experiments(database).counts(record.id),
                            isAlive(driverInfo(database, record.id), now), isCopy};
    if (const Permission may = permission(Request::Change, standing); !may.isGranted())
        throw std::invalid_argument(record.name + ' ' + may.why);
    const std::string before = textToCome(database, record);
    ChangeReading change = readChange(before, keepingEarlierTrials(before, text));
    if (change.problems.empty() && !isCopy) // of a copy, the files are elsewhere
        change.problems = checkExperimentFile(text, record.baseDirectory).reading.problems;
    if (!change.problems.empty())
        throw ExperimentFileError(std::move(change.problems));
    return change.changes;
}

std::vector<std::string> askForChange(Database& database, const ExperimentRecord& record,
                                      const std::string& text, TimePoint now)
{
    std::vector<std::string> changes = changesBy(database, record, text, now);
    if (changes.empty())
        return changes;
    Commands commands(database);
    const std::string kept = keepingEarlierTrials(textToCome(database, record), text);
    commands.add(record.id, {Command::Kind::Change, -1, kept}, now);
    if (record.state == ExperimentState::Completed && giveWork(changes))
        commands.add(record.id, {Command::Kind::Resume}, now);
    return changes;
}

} // namespace widthwise
