// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "core/store/experiments.h"

#include <QWidget>

namespace widthwise::ui {

/// One page of the main window. A page shows one experiment at a time and knows nothing of the other pages.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// The experiment to show, also when its record changed; an id of 0 means none.
    virtual void showExperiment(const ExperimentRecord& experiment) = 0;
    /// Another page's trial was selected (-1: none).
    virtual void selectTrial(int /*number*/) {}
    /// Called before an experiment starts: what was edited here goes into the store now. Returns in a
    /// sentence why the experiment shown cannot start as it is, or an empty text.
    virtual QString save() { return {}; }
    /// Brings the keyboard to where what save() tells is to be fixed.
    virtual void showProblem() {}

Q_SIGNALS:
    /// Nothing of what save() told is left.
    void problemsFixed();
    /// The person selected a trial here (-1: none); every page that shows trials follows.
    void trialSelected(int number);
    /// The person asks something of a trial of the experiment shown.
    void trialCommanded(const widthwise::Command& command);
    /// The person made a new experiment out of the one shown. It is added to the store, under a free name,
    /// and chosen; with `start` it runs at once. `page` is the name of the page to show it on; empty: this
    /// one. `trials` are those that it runs first.
    void experimentDerived(const widthwise::ExperimentRecord& record, bool start, const QString& page = {},
                           const std::vector<widthwise::Trial>& trials = {});
    /// The page itself says, or no longer says, why the experiment is in its state.
    void reasonTold(bool told);
    /// The person asks to see another experiment.
    void experimentWanted(qint64 id);
};

} // namespace widthwise::ui
