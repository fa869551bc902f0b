// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QSpinBox;

namespace widthwise::ui {

/// One line across the top of the pages that asks how many more trials an experiment is given. Escape or its
/// cross closes it.
class MoreTrialsPanel : public QFrame {
    Q_OBJECT
public:
    explicit MoreTrialsPanel(QWidget* parent = nullptr);

    /// Null: there is none to ask about.
    void ask(const ExperimentOverview* overview);

Q_SIGNALS:
    void wanted(std::int64_t experiment, int count);

private:
    void accept();

    std::int64_t m_experiment = 0;
    QLabel* m_question;
    QSpinBox* m_count;
    QPushButton* m_run;
};

} // namespace widthwise::ui
