// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/experiments_model.h"

namespace widthwise::ui {

class ExperimentController;
class Notice;

/// Asks before something is done that ends trials or takes away what they measured.
class Questions {
public:
    Questions(Notice& notice, const ExperimentsModel& experiments, ExperimentController& controller)
        : m_notice(notice), m_experiments(experiments), m_controller(controller)
    {
    }

    // Null: there is no experiment to do it to.

    /// At once where no trial runs.
    void stop(const ExperimentOverview* overview);
    void remove(const ExperimentOverview* overview);

private:
    void ask(const QString& question, const QString& answer, const ExperimentOverview& overview,
             void (ExperimentController::*what)(const ExperimentOverview&));

    Notice& m_notice;
    const ExperimentsModel& m_experiments;
    ExperimentController& m_controller;
};

} // namespace widthwise::ui
