// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

Q_SIGNALS:
    /// The person selected a trial here (-1: none); every page that shows trials follows.
    void trialSelected(int number);

public:
    virtual void selectTrial(int /*number*/) {}
};

} // namespace widthwise::ui
