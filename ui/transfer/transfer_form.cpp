// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_form.h"

#include "core/study/study_columns.h"
#include "core/study/width_cost.h"
#include "ui/models/texts.h"
#include "ui/theme/tone.h"
#include "ui/transfer/width_box.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <stdexcept>

namespace widthwise::ui {

namespace {

constexpr int mostWide = 1 << 16;
constexpr int timesWider = 4; ///< what is offered at first

/// "294.6 k", "2.343 M".
QString countText(double count)
{
    return count >= 1e6 ? TransferForm::tr("%1 M").arg(numberText(count / 1e6))
                        : TransferForm::tr("%1 k").arg(numberText(count / 1e3));
}

QLabel* makeLabel(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    setTone(*label, Tone::Muted);
    return label;
}

} // namespace

TransferForm::TransferForm(QWidget* parent)
    : QWidget(parent), m_train(new QPushButton), m_width(new WidthBox), m_length(new QComboBox),
      m_amount(new QDoubleSpinBox), m_cost(new QLabel), m_problem(new QLabel), m_notes(new QVBoxLayout)
{
    m_train->setObjectName(QStringLiteral("train"));
    m_train->setDefault(true);
    m_width->setObjectName(QStringLiteral("transferWidth"));
    m_width->setAccessibleName(tr("Width"));
    m_width->setRange(1, mostWide);
    m_width->setKeyboardTracking(false);
    m_width->setToolTip(tr("How wide the model is to be; the arrows double and halve it"));
    m_length->setObjectName(QStringLiteral("transferLength"));
    m_length->setAccessibleName(tr("Length of training"));
    m_length->addItems({tr("as in the search"), tr("epochs"), tr("steps")});
    m_amount->setObjectName(QStringLiteral("transferAmount"));
    m_amount->setAccessibleName(tr("How many epochs or steps"));
    m_amount->setKeyboardTracking(false);
    m_amount->hide();
    m_cost->setObjectName(QStringLiteral("transferCost"));
    m_problem->setObjectName(QStringLiteral("transferProblem"));
    m_problem->setWordWrap(true);
    setTone(*m_cost, Tone::Muted);
    setTone(*m_problem, Tone::Bad);
    layOut();

    connect(m_width, &QSpinBox::valueChanged, this, &TransferForm::describe);
    connect(m_amount, &QDoubleSpinBox::valueChanged, this, &TransferForm::describe);
    connect(m_length, &QComboBox::currentIndexChanged, this, &TransferForm::chooseLength);
    connect(m_train, &QPushButton::clicked, this, [this] {
        if (m_transfer)
            Q_EMIT wanted(*m_transfer);
    });
}

void TransferForm::layOut()
{
    m_lengthLabel = makeLabel(tr("&Length"), m_length);
    auto* row = new QHBoxLayout;
    row->setSpacing(grid);
    row->addWidget(m_train);
    row->addSpacing(grid);
    row->addWidget(makeLabel(tr("&Width"), m_width));
    row->addWidget(m_width);
    row->addWidget(m_lengthLabel);
    row->addWidget(m_length);
    row->addWidget(m_amount);
    row->addStretch(1);
    m_notes->setSpacing(grid / 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid / 2);
    column->addLayout(row);
    column->addWidget(m_cost);
    column->addWidget(m_problem);
    column->addLayout(m_notes);
}

void TransferForm::set(const TransferStatePtr& state, std::vector<TrialRecord> winners)
{
    m_state = state;
    m_winners = std::move(winners);
    const bool offered = m_state && m_state->offer;
    if (offered && m_state->offer->base.id != m_search && !m_winners.empty())
        offerWidths();
    const bool bundled =
        offered && std::holds_alternative<BundledTrainer>(m_state->offer->experiment.trial.program);
    m_lengthLabel->setVisible(bundled);
    m_length->setVisible(bundled);
    m_amount->setVisible(bundled && m_length->currentIndex() != AsSearched);
    describe();
}

void TransferForm::offerWidths()
{
    const TransferOffer& offer = *m_state->offer;
    m_search = offer.base.id;
    const Configuration& best = m_winners.front().trial.configuration;
    const auto width = int(studyColumns(offer.experiment, best).width.value_or(1));
    const QSignalBlocker quiet(m_width);
    m_width->setMinimum(std::min(width + 1, mostWide));
    m_width->setValue(std::min(timesWider * width, mostWide));
    const QSignalBlocker quietLength(m_length);
    m_length->setCurrentIndex(AsSearched);
}

/// Begins with what the search did.
void TransferForm::chooseLength()
{
    const auto length = m_length->currentIndex();
    {
        const QSignalBlocker quiet(m_amount);
        m_amount->setDecimals(length == Steps ? 0 : 1);
        m_amount->setRange(length == Steps ? 1 : 0.1, 1e8);
        m_amount->setSingleStep(length == Steps ? 100 : 1);
        const bool known = length == Steps && !m_winners.empty() && m_winners.front().trial.lastStep;
        m_amount->setValue(known ? double(*m_winners.front().trial.lastStep) : 10);
    }
    m_amount->setVisible(length != AsSearched);
    describe();
}

TransferPlan TransferForm::plan() const
{
    TransferPlan plan;
    plan.width = m_width->value();
    if (m_length->currentIndex() == Epochs)
        plan.epochs = m_amount->value();
    else if (m_length->currentIndex() == Steps)
        plan.steps = std::int64_t(m_amount->value());
    return plan;
}

void TransferForm::describe()
{
    m_train->setText(tr("&Train at width %1").arg(m_width->value()));
    m_train->setMinimumWidth(m_train->sizeHint().width() + 2 * grid);
    m_transfer.reset();
    QString problem;
    std::vector<TransferNote> notes;
    if (m_state && m_state->offer && m_winners.empty())
        problem = tr("Tick at least one trial.");
    if (m_state && m_state->offer && !m_winners.empty()) {
        const TransferOffer& offer = *m_state->offer;
        try {
            m_transfer = transferOf(offer.experiment, m_winners, plan());
            notes = transferNotes(offer.experiment, offer.base.state, m_winners, plan());
        } catch (const std::invalid_argument& error) {
            problem = QString::fromUtf8(error.what());
        }
    }
    m_train->setEnabled(m_transfer.has_value());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_cost->setText(m_transfer ? costText(*m_transfer) : QString());
    showNotes(notes);
}

QString TransferForm::costText(const Experiment& transfer) const
{
    const Experiment& base = m_state->offer->experiment;
    QStringList parts;
    const auto before = widthCost(base, m_winners.front().trial.configuration);
    const auto after = widthCost(transfer, {});
    if (before && after)
        parts.append(
            tr("%1 → %2 parameters").arg(countText(before->parameters), countText(after->parameters)));
    const auto estimate = estimateTransfer(base, m_winners, plan(), transfer);
    if (estimate)
        parts.append(tr("at most about %1").arg(shortDuration(estimate->time)));
    m_cost->setToolTip(estimate
                           ? tr("A step has %1 times the work of one in the search, counted in operations of "
                                "the layers. Wide "
                                "matrices are multiplied faster and reading data costs the same, so it is "
                                "less in most cases.")
                                 .arg(numberText(estimate->workRatio, 2))
                           : tr("How many steps there will be is not known, and so not how long they take."));
    return parts.join(QStringLiteral("  ·  "));
}

void TransferForm::showNotes(const std::vector<TransferNote>& notes)
{
    qDeleteAll(m_noteLabels);
    m_noteLabels.clear();
    for (const TransferNote& note : notes) {
        auto* label = new QLabel((note.warning ? QStringLiteral("▲  ") : QString()) +
                                     QString::fromStdString(note.text) + u'.',
                                 this);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        setTone(*label, note.warning ? Tone::Warning : Tone::Muted);
        m_notes->addWidget(label);
        m_noteLabels.append(label);
    }
}

} // namespace widthwise::ui
