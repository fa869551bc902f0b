// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/verify/verify_state.h"

#include <QWidget>

class QLabel;
class QProgressBar;

namespace widthwise::ui {

/// The answer in plain words: does μP hold, which layer says so and why; and how far the check is.
class VerdictPanel : public QWidget {
    Q_OBJECT
public:
    explicit VerdictPanel(QWidget* parent = nullptr);

    /// Null: no experiment.
    void setState(VerifyStatePtr state);

Q_SIGNALS:
    /// The person asks to see the check, or the experiment that it checks.
    void experimentWanted(qint64 id);

private:
    void refresh();
    QString headline() const;
    static QString soFar(CheckResult result);
    QString verdicts() const;
    QString progress() const;
    bool isOpen() const; ///< the check has not ended

    VerifyStatePtr m_state;
    QLabel* m_headline;
    QLabel* m_verdicts;
    QLabel* m_progress;
    QProgressBar* m_bar;
};

} // namespace widthwise::ui
