// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/export_document.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/ranking.h"

namespace widthwise::ui {

namespace {

QString extension(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Yaml:
        return QStringLiteral("yaml");
    case ExportFormat::Json:
        return QStringLiteral("json");
    case ExportFormat::CommandLine:
        return QStringLiteral("sh");
    }
    Q_UNREACHABLE();
}

} // namespace

void ExportDocument::setExperiment(const ExperimentRecord& record)
{
    if (record.id != m_record.id) {
        m_trials.clear();
        m_chosen = -1;
        Q_EMIT trialsChanged();
    }
    m_record = record;
    m_experiment.reset();
    m_error.clear();
    try {
        m_experiment = experimentOf(record);
    } catch (const ExperimentFileError& error) {
        m_error = QString::fromStdString(error.problems().front().toText({}));
    }
    Q_EMIT textChanged();
}

void ExportDocument::update(const TrialsUpdate& update)
{
    if (update.experiment != m_record.id)
        return;
    if (update.complete)
        m_trials.clear();
    for (const TrialRecord& record : update.trials)
        m_trials[record.trial.number] = record.trial;
    Q_EMIT trialsChanged();
    Q_EMIT textChanged();
}

void ExportDocument::choose(int number)
{
    const auto chosen = m_trials.find(number);
    m_chosen = chosen != m_trials.end() && whyNotExported(chosen->second).empty() ? number : -1;
    Q_EMIT textChanged();
}

void ExportDocument::setFormat(ExportFormat format)
{
    m_format = format;
    Q_EMIT textChanged();
}

const Trial* ExportDocument::best() const
{
    const Trial* best = nullptr;
    if (!m_experiment)
        return best;
    for (const auto& [number, trial] : m_trials)
        if (beats(*m_experiment, trial, best))
            best = &trial;
    return best;
}

const Trial* ExportDocument::trial() const
{
    const auto chosen = m_trials.find(m_chosen);
    return chosen == m_trials.end() || !whyNotExported(chosen->second).empty() ? best() : &chosen->second;
}

QString ExportDocument::text() const
{
    const Trial* shown = trial();
    if (shown == nullptr || !m_experiment)
        return {};
    return QString::fromStdString(exportTrial(*m_experiment, *shown, m_format));
}

QString ExportDocument::fileName() const
{
    const Trial* shown = trial();
    return QStringLiteral("%1-trial-%2.%3")
        .arg(QString::fromStdString(m_record.name))
        .arg(shown == nullptr ? 0 : shown->number)
        .arg(extension(m_format));
}

} // namespace widthwise::ui
