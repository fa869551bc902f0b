// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transfer/transfer_state.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace widthwise::ui {

class WidthBox;

/// At which width the winners are trained, and for how long; what that may cost, and what should be known
/// before.
class TransferForm : public QWidget {
    Q_OBJECT
public:
    explicit TransferForm(QWidget* parent = nullptr);

    /// The winners that are ticked, of the offer of `state`.
    void set(const TransferStatePtr& state, std::vector<TrialRecord> winners);
    TransferPlan plan() const;

Q_SIGNALS:
    /// Train `experiment`, as transferOf made it.
    void wanted(const widthwise::Experiment& experiment);

private:
    enum Length { AsSearched, Epochs, Steps };

    void layOut();
    void offerWidths();
    void chooseLength();
    void describe();
    QString costText(const Experiment& transfer) const;
    void showNotes(const std::vector<TransferNote>& notes);

    TransferStatePtr m_state;
    std::vector<TrialRecord> m_winners;
    std::int64_t m_search = 0; ///< whose widths are offered
    std::optional<Experiment> m_transfer;
    QPushButton* m_train;
    WidthBox* m_width;
    QLabel* m_lengthLabel;
    QComboBox* m_length;
    QDoubleSpinBox* m_amount;
    QLabel* m_cost;
    QLabel* m_problem;
    QVBoxLayout* m_notes;
    QList<QLabel*> m_noteLabels;
};

} // namespace widthwise::ui
