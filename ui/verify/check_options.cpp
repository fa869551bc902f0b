// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/check_options.h"

#include "ui/design/value_list.h"
#include "ui/editing/wrapping_row.h"
#include "ui/models/texts.h"
#include "ui/theme/tone.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <numeric>
#include <stdexcept>

namespace widthwise::ui {

namespace {

QString widthsText(const std::vector<std::int64_t>& widths)
{
    return valuesToText({widths.begin(), widths.end()});
}

std::vector<std::int64_t> widthsFrom(const QString& text)
{
    std::vector<std::int64_t> widths;
    for (const Value& value : valuesFromText(text)) {
        const auto* width = std::get_if<std::int64_t>(&value);
        if (!width)
            throw std::invalid_argument(
                CheckOptions::tr("Widths: expected whole numbers with commas between, got \"%1\"")
                    .arg(QString::fromStdString(toText(value)))
                    .toStdString());
        widths.push_back(*width);
    }
    return widths;
}

} // namespace

CheckOptions::CheckOptions(QWidget* parent)
    : QWidget(parent), m_widths(new QLineEdit), m_seeds(new QSpinBox), m_steps(new QSpinBox),
      m_rate(new QLineEdit), m_zeroReadout(new QCheckBox(tr("&Zero readout"))),
      m_check(new QPushButton(tr("Check μP"))), m_count(new QLabel), m_problem(new QLabel)
{
    m_widths->setObjectName(QStringLiteral("checkWidths"));
    m_widths->setToolTip(tr("Widths of the model, with commas between"));
    m_widths->setFixedWidth(
        m_widths->fontMetrics().horizontalAdvance(QStringLiteral("32, 64, 128, 256, 512")) + 2 * grid);
    m_seeds->setObjectName(QStringLiteral("checkSeeds"));
    m_seeds->setRange(1, 100);
    m_seeds->setToolTip(tr("Initial values at each width; more make the slopes more precise"));
    m_steps->setObjectName(QStringLiteral("checkSteps"));
    m_steps->setRange(3, 1000);
    m_steps->setToolTip(tr("Steps of each trial, all on one batch; the schedule is compressed to them"));
    m_rate->setObjectName(QStringLiteral("checkRate"));
    m_rate->setFixedWidth(grid * 9);
    m_zeroReadout->setObjectName(QStringLiteral("checkZeroReadout"));
    m_zeroReadout->setToolTip(
        tr("Start the readout at zero: its initial values, which shrink as 1/√width under μP, would "
           "hide for long how what is learnt goes with the width"));
    m_check->setObjectName(QStringLiteral("checkButton"));
    m_check->setDefault(true);
    m_count->setObjectName(QStringLiteral("checkCount"));
    m_problem->setObjectName(QStringLiteral("checkProblem"));
    m_problem->setWordWrap(true);
    setTone(*m_count, Tone::Muted);
    setTone(*m_problem, Tone::Bad);
    m_problem->hide();
    layOut();

    connect(m_check, &QPushButton::clicked, this, &CheckOptions::checkWanted);
    for (QLineEdit* edit : {m_widths, m_rate}) {
        connect(edit, &QLineEdit::returnPressed, this, &CheckOptions::checkWanted);
        connect(edit, &QLineEdit::textChanged, this, &CheckOptions::describe);
    }
    for (QSpinBox* box : {m_seeds, m_steps})
        connect(box, &QSpinBox::valueChanged, this, &CheckOptions::describe);
}

/// In one line, or in as many as the width asks for.
void CheckOptions::layOut()
{
    auto* row = new WrappingRow;
    row->addField(m_check, 0);
    const std::pair<QString, QWidget*> fields[] = {{tr("&Widths"), m_widths},
                                                   {tr("See&ds"), m_seeds},
                                                   {tr("Ste&ps"), m_steps},
                                                   {tr("&Learning rate"), m_rate}};
    for (const auto& [text, field] : fields) {
        auto* label = new QLabel(text);
        label->setBuddy(field);
        setTone(*label, Tone::Muted);
        field->setAccessibleName(QString(text).remove(u'&'));
        auto* pair = new QWidget;
        auto* both = new QHBoxLayout(pair);
        both->setContentsMargins(0, 0, 0, 0);
        both->setSpacing(grid);
        both->addWidget(label);
        both->addWidget(field);
        row->addField(pair, 0);
    }
    row->addField(m_zeroReadout, 0);
    row->addField(m_count, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid / 2);
    column->addLayout(row);
    column->addWidget(m_problem);
}

void CheckOptions::setOffer(const CheckPlan& plan, double learningRate, const QString& rateSource)
{
    m_rate->setPlaceholderText(numberText(learningRate, 3));
    m_rate->setToolTip(
        tr("Highest learning rate, at the base width. Empty: %1. One that is too small hides what "
           "grows.")
            .arg(rateSource));
    if (plan == m_offered)
        return;
    m_offered = plan;
    m_widths->setText(widthsText(plan.widths));
    m_widths->setCursorPosition(0);
    m_seeds->setValue(int(plan.seeds.size()));
    m_steps->setValue(plan.steps);
    m_zeroReadout->setChecked(plan.zeroReadout);
    describe();
}

void CheckOptions::setAgain(bool again)
{
    m_check->setText(again ? tr("Check again") : tr("Check μP"));
}

CheckPlan CheckOptions::plan() const
{
    CheckPlan plan = m_offered.value_or(CheckPlan());
    plan.widths = widthsFrom(m_widths->text());
    plan.seeds.resize(std::size_t(m_seeds->value()));
    std::iota(plan.seeds.begin(), plan.seeds.end(), 1);
    plan.steps = m_steps->value();
    plan.zeroReadout = m_zeroReadout->isChecked();
    const QString rate = m_rate->text().trimmed();
    if (rate.isEmpty())
        return plan;
    bool understood = false;
    plan.learningRate = rate.toDouble(&understood);
    if (!understood)
        throw std::invalid_argument(
            tr("Learning rate: expected a number, got \"%1\"").arg(rate).toStdString());
    return plan;
}

void CheckOptions::setProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void CheckOptions::describe()
{
    setProblem({});
    try {
        const CheckPlan typed = plan();
        const auto trials = typed.widths.size() * typed.seeds.size() * typed.parametrizations.size();
        m_count->setText(tr("%1 short trials").arg(trials));
    } catch (const std::invalid_argument& error) {
        m_count->clear();
        setProblem(QString::fromUtf8(error.what()));
    }
}

} // namespace widthwise::ui
