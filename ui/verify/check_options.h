// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/coordinate_check_study.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace widthwise::ui {

/// What a check runs, in a row, and the button that starts it.
class CheckOptions : public QWidget {
    Q_OBJECT
public:
    explicit CheckOptions(QWidget* parent = nullptr);

    /// What stands there where the person says nothing else. A changed offer keeps what was typed.
    void setOffer(const CheckPlan& plan, double learningRate, const QString& rateSource);
    void setAgain(bool again); ///< the button's text: there is a check already
    /// As typed. Throws std::invalid_argument naming the field.
    CheckPlan plan() const;
    /// Why the check cannot be made; empty: nothing is wrong.
    void setProblem(const QString& problem);

Q_SIGNALS:
    void checkWanted();

private:
    void layOut();
    void describe();

    std::optional<CheckPlan> m_offered;
    QLineEdit* m_widths;
    QSpinBox* m_seeds;
    QSpinBox* m_steps;
    QLineEdit* m_rate;
    QCheckBox* m_zeroReadout;
    QPushButton* m_check;
    QLabel* m_count;
    QLabel* m_problem;
};

} // namespace widthwise::ui
