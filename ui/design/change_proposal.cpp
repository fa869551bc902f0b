// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/change_proposal.h"

#include "core/experiment/experiment_change.h"

#include <QCoreApplication>
#include <QStringList>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::ChangeProposal", text);
}

} // namespace

ChangeProposal proposalOf(const ExperimentRecord& record, const QString& yaml)
{
    const ChangeReading change = readChange(record.yaml, yaml.toStdString());
    if (!change.problems.empty()) {
        const FileProblem& first = change.problems.front();
        const std::string text = (first.key.empty() ? "" : first.key + ": ") + first.message;
        return {tr("Cannot be applied: %1").arg(QString::fromStdString(text)), false, false};
    }
    if (change.changes.empty())
        return {tr("Nothing differs from the experiment yet."), true, true};
    QStringList lines;
    for (const std::string& line : change.changes)
        lines.append(QString::fromStdString(line));
    return {tr("To be changed: %1").arg(lines.join(QStringLiteral(" · "))), true, false};
}

} // namespace widthwise::ui
