// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/curves_panel.h"

#include "ui/plot/curve_plot.h"
#include "ui/shell/settings.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

namespace widthwise::ui {

namespace {

QString metricChoice()
{
    return QStringLiteral("metric");
}

} // namespace

CurvesPanel::CurvesPanel(QWidget* parent)
    : QWidget(parent), m_metric(new QComboBox), m_legend(new QLabel), m_plot(new CurvePlot)
{
    m_plot->setObjectName(QStringLiteral("curves"));
    m_metric->setObjectName(QStringLiteral("metric"));
    m_metric->setAccessibleName(tr("Metric"));
    m_metric->setToolTip(tr("The metric whose curves are shown"));
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_metric->setMinimumWidth(grid * 12);
    m_legend->setObjectName(QStringLiteral("legend"));
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);

    auto* logX = makeToggle(QStringLiteral("logX"), {}, tr("log x"), Qt::SHIFT | Qt::Key_L,
                            tr("Logarithmic axis of steps"));
    auto* logY =
        makeToggle(QStringLiteral("logY"), {}, tr("log y"), Qt::Key_L, tr("Logarithmic axis of values"));
    auto* follow =
        makeToggle(QStringLiteral("follow"), QStringLiteral("follow"), tr("Follow"), Qt::SHIFT | Qt::Key_F,
                   tr("Let the view grow with the data, without rare outliers"));
    follow->setChecked(true);
    connect(logX, &QToolButton::toggled, m_plot, &CurvePlot::setLogX);
    connect(logY, &QToolButton::toggled, m_plot, &CurvePlot::setLogY);
    connect(follow, &QToolButton::toggled, m_plot, &CurvePlot::setFollows);
    connect(m_plot, &CurvePlot::followsChanged, follow, &QToolButton::setChecked);
    auto* fit = makeToggle(QStringLiteral("fit"), QStringLiteral("fit"), tr("Fit"), Qt::Key_F,
                           tr("Show all points of all curves"));
    fit->setCheckable(false);
    connect(fit, &QToolButton::clicked, m_plot, [this] { m_plot->fit(); });

    connect(m_metric, &QComboBox::currentTextChanged, this, [this](const QString& metric) {
        Settings::setChoice(metricChoice(), metric);
        m_plot->setValueLabel(metric);
        m_plot->setFollows(true);
        Q_EMIT metricChosen(metric);
    });

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(grid, grid / 2, grid, 0);
    bar->setSpacing(grid / 2);
    bar->addWidget(m_metric);
    bar->addSpacing(grid);
    bar->addWidget(m_legend, 1);
    for (QWidget* tool : {logX, logY, follow, fit})
        bar->addWidget(tool);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_plot, 1);
}

QToolButton* CurvesPanel::makeToggle(const QString& name, const QString& icon, const QString& text,
                                     const QKeySequence& key, const QString& help)
{
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setAccessibleName(help);
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
    if (!icon.isEmpty())
        button->setIcon(Theme::instance().icon(icon));

    auto* shortcut = new QAction(help, this);
    shortcut->setShortcut(key);
    connect(shortcut, &QAction::triggered, button, &QToolButton::click);
    m_shortcuts.append(shortcut);
    return button;
}

QString CurvesPanel::metric() const
{
    return m_metric->currentText();
}

void CurvesPanel::setMetrics(const QStringList& metrics, const QString& preferred)
{
    QStringList offered = metrics;
    if (!preferred.isEmpty() && !offered.contains(preferred))
        offered.prepend(preferred);
    const QString chosen = Settings::choice(metricChoice());
    {
        const QSignalBlocker quiet(m_metric);
        m_metric->clear();
        m_metric->addItems(offered);
        m_metric->setCurrentText(offered.contains(chosen) ? chosen : preferred);
    }
    m_metric->setEnabled(!offered.isEmpty());
    m_plot->setValueLabel(metric());
    Q_EMIT metricChosen(metric());
}

void CurvesPanel::setStyles(const CurveStyles& styles)
{
    m_plot->setStyles(styles.styles);
    QStringList entries;
    for (const CurveStyles::LegendEntry& entry : styles.legend)
        entries.append(QStringLiteral("<span style='color:%1'>%2</span>&nbsp;%3")
                           .arg(QColor::fromRgb(entry.color).name(),
                                entry.dashed ? QStringLiteral("╌╌") : QStringLiteral("━━"), entry.label));
    m_legend->setText(entries.join(QStringLiteral("&nbsp;&nbsp; ")));
}

} // namespace widthwise::ui
