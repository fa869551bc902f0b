// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/turn.h"

#include "core/store/commands.h"
#include "core/store/experiments.h"
#include "core/store/trials.h"

namespace widthwise {

bool Turn::empty() const
{
    return trials.empty() && points.empty() && positions.empty() && outputs.empty() && cleared.empty() &&
           commands.empty() && !state && !changed;
}

void Turn::add(std::vector<Action> fromDriver)
{
    for (Action& action : fromDriver) {
        if (auto* save = std::get_if<action::Save>(&action))
            trials.insert_or_assign(save->trial.number, std::move(save->trial));
        else if (auto* change = std::get_if<action::SetState>(&action))
            state = std::move(*change);
        else
            toPerform.push_back(std::move(action));
    }
}

void Turn::record(Database& database, std::int64_t experiment, std::map<int, std::int64_t>& ids,
                  TimePoint now) const
{
    Transaction transaction(database);
    Trials table(database);
    std::map<int, std::int64_t> saved;
    for (const auto& [number, trial] : trials)
        saved[number] = table.save(experiment, trial);
    const auto idOf = [&](int number) {
        const auto found = saved.find(number);
        return found != saved.end() ? found->second : ids.at(number);
    };
    SeriesTable series(database);
    for (const auto& [number, columns] : points)
        series.append(idOf(number), columns);
    for (const auto& [number, position] : positions)
        series.setReadPosition(idOf(number), position);
    for (const auto& [number, tail] : outputs)
        Outputs(database).save(idOf(number), tail);
    for (const int number : cleared)
        series.clear(idOf(number));
    Commands commandTable(database);
    for (const std::int64_t command : commands)
        commandTable.close(command, now);
    if (changed)
        Experiments(database).setChanged(experiment, changed->yaml, changed->changes);
    if (state)
        Experiments(database).setState(experiment, state->state, state->reason, now);
    transaction.commit();
    ids.merge(saved);
}

} // namespace widthwise
