// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

namespace widthwise::ui {

/// What a person asks of trials: `failed`, `lr<0.01`, `width!=64`, `objective=0.1..0.3`, `state=completed`,
/// `number>=10`, `rung=0`, `bracket=1` (where there are rungs). All of it must hold. A word alone must occur
/// in the trial's state, device or `name=value` parameters. A range includes both ends, either of which may
/// be missing. A number equals a value that is shown as this number.
class TrialQuery {
public:
    TrialQuery() = default;
    TrialQuery(const QString& text, const SearchSpace& space, const QString& objective,
               const RungPlan& plan = {});

    /// `description`: what words are looked for in.
    bool matches(const Trial& trial, const QString& description) const;
    const QStringList& words() const { return m_words; }
    /// What is not understood, and therefore left out, in a sentence each.
    const QStringList& problems() const { return m_problems; }

private:
    std::vector<std::function<bool(const Trial&)>> m_conditions;
    QStringList m_words;
    QStringList m_problems;
};

} // namespace widthwise::ui
