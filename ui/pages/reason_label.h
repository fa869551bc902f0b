// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <QLabel>

namespace widthwise::ui {

/// Why an experiment is in its state, in full, as the driver said it; hidden where that goes without saying.
class ReasonLabel : public QLabel {
    Q_OBJECT
public:
    explicit ReasonLabel(QWidget* parent = nullptr);

    void showReasonOf(const ExperimentRecord& experiment);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
};

} // namespace widthwise::ui
