// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sweep_form.h"

#include "core/study/check_report.h"
#include "core/study/derived_experiment.h"
#include "ui/models/texts.h"
#include "ui/theme/tone.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

#include <cmath>

namespace widthwise::ui {

namespace {

QLineEdit* makeEdit(const QString& name, const QString& help, QWidget* parent)
{
    auto* edit = new QLineEdit(parent);
    edit->setAccessibleName(name);
    edit->setToolTip(help);
    return edit;
}

QString rateText(double rate)
{
    return QString::number(rate, 'g', 4);
}

} // namespace

SweepForm::SweepForm(QWidget* parent)
    : QWidget(parent), m_widths(makeEdit(tr("Widths"), tr("Widths of the model, separated by commas"), this)),
      m_lowest(makeEdit(tr("Lowest learning rate"), tr("At the base width"), this)),
      m_highest(makeEdit(tr("Highest learning rate"), tr("At the base width"), this)),
      m_perOctave(new QComboBox(this)), m_seeds(new QSpinBox(this)), m_cost(new QLabel(this)),
      m_run(new QPushButton(tr("&Run the sweep"), this)), m_draft(new QPushButton(tr("Only &make it"), this))
{
    m_perOctave->setAccessibleName(tr("Spacing of the learning rates"));
    m_perOctave->addItem(tr("factor 2 apart"), 1);
    m_perOctave->addItem(tr("factor √2 apart"), 2);
    m_seeds->setAccessibleName(tr("Seeds"));
    m_seeds->setToolTip(tr("Initial values and orders of the data; from two on, points have error bars"));
    m_seeds->setRange(1, 20);
    m_run->setDefault(true);
    m_cost->setObjectName(QStringLiteral("sweepCost"));
    m_cost->setWordWrap(true);

    auto* rates = new QHBoxLayout;
    rates->setSpacing(grid);
    rates->addWidget(m_lowest, 1);
    rates->addWidget(new QLabel(tr("to"), this));
    rates->addWidget(m_highest, 1);
    rates->addWidget(m_perOctave);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(grid);
    buttons->addWidget(m_run);
    buttons->addWidget(m_draft);
    buttons->addStretch();
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(grid);
    form->addRow(tr("&Widths"), m_widths);
    auto* ratesLabel = new QLabel(tr("&Learning rates"), this);
    ratesLabel->setBuddy(m_lowest);
    form->addRow(ratesLabel, rates);
    form->addRow(tr("&Seeds"), m_seeds);
    form->addRow(m_cost);
    form->addRow(buttons);

    for (QLineEdit* edit : {m_widths, m_lowest, m_highest}) {
        connect(edit, &QLineEdit::textChanged, this, &SweepForm::refresh);
        connect(edit, &QLineEdit::returnPressed, m_run, &QPushButton::click);
    }
    connect(m_perOctave, &QComboBox::currentIndexChanged, this, &SweepForm::refresh);
    connect(m_seeds, &QSpinBox::valueChanged, this, &SweepForm::refresh);
    connect(m_run, &QPushButton::clicked, this, [this] { make(true); });
    connect(m_draft, &QPushButton::clicked, this, [this] { make(false); });
}

void SweepForm::setBase(const ExperimentRecord& record, const Experiment& base,
                        const Configuration& configuration, double secondsPerTrial)
{
    const bool same = m_base && m_record.id == record.id && *m_base == base;
    m_record = record;
    m_base = base;
    m_configuration = configuration;
    m_secondsPerTrial = secondsPerTrial;
    if (!same) // what was typed stays while trials end
        fill(sweepPlan(base, configuration));
    refresh();
}

void SweepForm::fill(const SweepPlan& plan)
{
    QStringList widths;
    for (const std::int64_t width : plan.widths)
        widths.append(QString::number(width));
    const std::array<QSignalBlocker, 5> quiet{QSignalBlocker(m_widths), QSignalBlocker(m_lowest),
                                              QSignalBlocker(m_highest), QSignalBlocker(m_perOctave),
                                              QSignalBlocker(m_seeds)};
    m_widths->setText(widths.join(QStringLiteral(", ")));
    m_lowest->setText(plan.learningRates.empty() ? QString() : rateText(plan.learningRates.front()));
    m_highest->setText(plan.learningRates.empty() ? QString() : rateText(plan.learningRates.back()));
    m_perOctave->setCurrentIndex(0);
    m_seeds->setValue(int(plan.seeds.size()));
    m_parametrizations = plan.parametrizations;
}

std::optional<SweepPlan> SweepForm::plan() const
{
    SweepPlan plan;
    plan.parametrizations = m_parametrizations;
    plan.widths.clear();
    for (const QString& text : m_widths->text().split(u',', Qt::SkipEmptyParts)) {
        bool whole = false;
        plan.widths.push_back(text.trimmed().toLongLong(&whole));
        if (!whole)
            return std::nullopt;
    }
    bool low = false;
    bool high = false;
    plan.learningRates = ratesBetween(m_lowest->text().toDouble(&low), m_highest->text().toDouble(&high),
                                      m_perOctave->currentData().toInt());
    plan.seeds.clear();
    for (int seed = 1; seed <= m_seeds->value(); ++seed)
        plan.seeds.push_back(seed);
    return low && high ? std::optional(plan) : std::nullopt;
}

QString SweepForm::costOf(const SweepPlan& plan) const
{
    QStringList names;
    for (const std::string& name : plan.parametrizations)
        names.append(QString::fromStdString(parametrizationName(name)));
    QStringList factors{tr("widths: %1").arg(plan.widths.size()),
                        tr("learning rates: %1").arg(plan.learningRates.size())};
    if (!names.isEmpty())
        factors.append(names.join(tr(" and ")));
    if (plan.seeds.size() > 1)
        factors.append(tr("seeds: %1").arg(plan.seeds.size()));
    const QString trials = plan.trials() == 1 ? tr("1 trial") : tr("%1 trials").arg(plan.trials());
    QString text = tr("%1 (%2)").arg(trials, factors.join(QStringLiteral(", ")));
    if (m_secondsPerTrial > 0) {
        const double seconds =
            m_secondsPerTrial * double(plan.trials()) / std::max(1, m_base->resources.parallel);
        text += tr(", %1 if each takes as long as one of %2; wide ones take longer")
                    .arg(shortDuration(std::chrono::duration<double>(seconds)),
                         QString::fromStdString(m_record.name));
    }
    return text + u'.';
}

void SweepForm::refresh()
{
    m_sweep.reset();
    QString problem = tr("Expected whole numbers as widths, and numbers as learning rates.");
    const std::optional<SweepPlan> wanted = m_base ? plan() : std::nullopt;
    if (wanted) {
        try {
            m_sweep = learningRateSweepOf(*m_base, m_configuration, *wanted);
        } catch (const std::invalid_argument& error) {
            problem = QString::fromUtf8(error.what());
        }
    }
    m_cost->setText(m_sweep ? costOf(*wanted) : problem);
    setTone(*m_cost, m_sweep ? Tone::Muted : Tone::Bad);
    m_run->setEnabled(m_sweep.has_value());
    m_draft->setEnabled(m_sweep.has_value());
}

void SweepForm::make(bool start)
{
    if (m_sweep)
        Q_EMIT sweepWanted(derivedRecord(m_record, *m_sweep), start);
}

} // namespace widthwise::ui
