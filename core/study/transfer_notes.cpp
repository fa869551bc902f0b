// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be said before a transfer.
#include "core/study/study_columns.h"
#include "core/study/transfer_study.h"

#include <algorithm>

namespace widthwise {

namespace {

/// Values nearer to an end of their range than this part of it lie at its edge.
constexpr double edge = 0.05;

std::string nameOf(const TrialRecord& record)
{
    return "trial " + std::to_string(record.trial.number);
}

/// Which end of the search the value lies at: -1, 1, or 0 for neither. Only real numbers have an optimum that
/// may lie outside.
int endOf(const Domain& domain, const Value& value)
{
    double position = 0.5;
    if (std::holds_alternative<FloatRange>(domain)) {
        position = positionOf(domain, value);
    } else if (const auto* choices = std::get_if<Choices>(&domain); choices && choices->values.size() > 2) {
        const auto isReal = [](const Value& choice) { return std::holds_alternative<double>(choice); };
        if (!std::ranges::all_of(choices->values, isReal))
            return 0;
        const auto [least, most] = std::ranges::minmax(choices->values);
        position = value == least ? 0 : value == most ? 1 : 0.5;
    }
    return position < edge ? -1 : position > 1 - edge ? 1 : 0;
}

void noteEdges(const Experiment& base, const TrialRecord& winner, std::vector<TransferNote>& notes)
{
    for (const Parameter& parameter : base.space.parameters()) {
        const Value* value = winner.trial.configuration.find(parameter.name);
        const int end = value ? endOf(parameter.domain, *value) : 0;
        if (end != 0)
            notes.push_back({true, parameter.name + " " + toText(*value) + " of " + nameOf(winner) +
                                       " lies at the " + (end < 0 ? "lower" : "upper") +
                                       " edge of what was searched: the best value may lie outside"});
    }
}

void noteParametrization(const StudyColumns& columns, const TransferPlan& plan,
                         std::vector<TransferNote>& notes)
{
    const std::string width = std::to_string(plan.width);
    if (columns.parametrization == "sp")
        notes.push_back(
            {true, "The parametrization is sp: its best learning rate moves with the width, so nothing "
                   "promises that these values are good at width " +
                       width + ". With mup they carry over"});
    else if (columns.parametrization.empty())
        notes.push_back(
            {true, "Widthwise cannot see how this program scales with its width: only under μP are good "
                   "values of a narrow model good at width " +
                       width});
    else if (columns.baseWidth && columns.width && *columns.baseWidth != *columns.width)
        notes.push_back({false, "The search ran at width " + std::to_string(*columns.width) +
                                    ", its base width is " + std::to_string(*columns.baseWidth) +
                                    ": that stays, so that learning rates mean the same at width " + width});
}

} // namespace

std::vector<TransferNote> transferNotes(const Experiment& base, ExperimentState state,
                                        std::span<const TrialRecord> winners, const TransferPlan& plan)
{
    std::vector<TransferNote> notes;
    if (winners.empty())
        return notes;
    noteParametrization(studyColumns(base, winners.front().trial.configuration), plan, notes);
    for (const TrialRecord& winner : winners)
        noteEdges(base, winner, notes);
    for (const TrialRecord& winner : winners)
        if (winner.trial.state == TrialState::Stopped)
            notes.push_back({true, nameOf(winner) +
                                       " was stopped before its end: at full width it is trained to "
                                       "the end, and the losses are not of the same step"});
    if (!isFinal(state))
        notes.push_back({true, "The search has not ended: a better trial may still come"});
    if (plan.epochs || plan.steps || plan.jets)
        notes.push_back({true,
                         "μP carries values over the width alone: with another length of training or other "
                         "data the best learning rate may shift"});
    return notes;
}

} // namespace widthwise
