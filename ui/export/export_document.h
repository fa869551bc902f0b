// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exports/exports.h"
#include "core/store/experiments.h"
#include "ui/feed/store_client.h"

#include <QObject>
#include <QString>

#include <map>
#include <optional>

namespace widthwise::ui {

/// The trial of an experiment that is to be exported, and its text. The best trial unless one is chosen.
class ExportDocument : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void setExperiment(const ExperimentRecord& record);
    void update(const TrialsUpdate& update);
    /// -1 for the best one, whichever that is; so is one that is not exported (see whyNotExported).
    void choose(int number);
    void setFormat(ExportFormat format);

    const std::map<int, Trial>& trials() const { return m_trials; }
    /// Null where no trial has a value yet.
    const Trial* best() const;
    int chosen() const { return m_chosen; }
    /// The chosen trial or the best; null where there is none.
    const Trial* trial() const;
    ExportFormat format() const { return m_format; }
    /// Empty where there is no trial, or where error() says why.
    QString text() const;
    /// Why the experiment's text gives no export.
    QString error() const { return m_error; }
    /// `gn2-lr-trial-12.yaml`
    QString fileName() const;

Q_SIGNALS:
    void trialsChanged();
    void textChanged();

private:
    ExperimentRecord m_record;
    std::optional<Experiment> m_experiment;
    QString m_error;
    std::map<int, Trial> m_trials;
    int m_chosen = -1;
    ExportFormat m_format = ExportFormat::Yaml;
};

} // namespace widthwise::ui
