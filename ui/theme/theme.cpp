// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/palettes.h"
#include "ui/theme/tinted_icon.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPushButton>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

#include <algorithm>
#include <array>

static void loadResources()
{
    Q_INIT_RESOURCE(widthwise);
}

namespace widthwise::ui {

namespace {

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

bool hasTabularFigures(const QFont& font)
{
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(u'0');
    for (char16_t digit = u'1'; digit <= u'9'; ++digit)
        if (!qFuzzyCompare(metrics.horizontalAdvance(digit), width))
            return false;
    return true;
}

} // namespace

Theme::Theme()
{
    loadResources();
}

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::apply(Mode mode)
{
    m_mode = mode;
    qApp->installEventFilter(this);
    if (qApp->style()->name().compare(QStringLiteral("fusion"), Qt::CaseInsensitive) != 0)
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    restyle();
}

void Theme::restyle()
{
    if (m_mode == Mode::System) {
        // Without an application palette, Qt answers with the platform's own.
        QApplication::setPalette(QPalette());
        m_dark = isDark(QApplication::palette());
    } else {
        m_dark = m_mode == Mode::Dark;
    }
    const QPalette palette = makePalette(m_dark);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    // The platform tells each window of its own change of palette by this event; a palette of ours never
    // causes it.
    if (event->type() == QEvent::ThemeChange && watched->isWindowType() && m_mode == Mode::System)
        QMetaObject::invokeMethod(this, &Theme::restyle, Qt::QueuedConnection);
    // Return presses the button that has the keyboard, as in a dialog.
    if (event->type() == QEvent::Polish)
        if (auto* button = qobject_cast<QPushButton*>(watched))
            button->setAutoDefault(true);
    return QObject::eventFilter(watched, event);
}

QColor Theme::color(Tone tone) const
{
    return toneColor(tone, m_dark);
}

QColor Theme::parametrization(const QString& name) const
{
    if (name == QStringLiteral("mup"))
        return m_dark ? QColor(0x5a, 0xb4, 0xe6) : QColor(0x00, 0x72, 0xb2);
    if (name == QStringLiteral("sp"))
        return m_dark ? QColor(0xff, 0x92, 0x4a) : QColor(0xd5, 0x5e, 0x00);
    return color(Tone::Muted);
}

QColor Theme::series(int index) const
{
    static constexpr std::array<QRgb, 5> light{0xff009e73, 0xffcc79a7, 0xffe69f00, 0xff56b4e9, 0xffa89a00};
    static constexpr std::array<QRgb, 5> dark{0xff2fc79b, 0xffe09cc3, 0xfff0b53a, 0xff7cc8f2, 0xfff0e442};
    const auto place = static_cast<std::size_t>(index) % light.size();
    return QColor::fromRgb(m_dark ? dark.at(place) : light.at(place));
}

QColor Theme::width(int index, int count) const
{
    static constexpr std::array<QRgb, 4> light{0xff2fa383, 0xff26728e, 0xff3b2f7d, 0xff2a0a4f};
    static constexpr std::array<QRgb, 4> dark{0xffe6f5c0, 0xff7fd3a4, 0xff43a3b5, 0xff6f7fdc};
    const auto& anchors = m_dark ? dark : light;
    const double place = count > 1 ? double(anchors.size() - 1) * index / (count - 1) : 0;
    const auto below = std::min(static_cast<std::size_t>(std::max(0.0, place)), anchors.size() - 2);
    return blend(QColor::fromRgb(anchors.at(below)), QColor::fromRgb(anchors.at(below + 1)),
                 std::clamp(place - double(below), 0.0, 1.0));
}

QFont Theme::strong() const
{
    QFont font = QApplication::font();
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont Theme::numbers() const
{
    QFont font = QApplication::font();
    if (hasTabularFigures(font))
        return font;
    const QStringList installed = QFontDatabase::families();
    for (const QString& family :
         {QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans"), QStringLiteral("Liberation Sans")}) {
        QFont other = font;
        other.setFamily(family);
        if (installed.contains(family) && hasTabularFigures(other))
            return other;
    }
    return code();
}

QFont Theme::code() const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(QApplication::font().pointSizeF());
    return font;
}

QIcon Theme::icon(const QString& name) const
{
    return QIcon(new TintedIcon(name));
}

QIcon Theme::mark() const
{
    return QIcon(QStringLiteral(":/icons/widthwise.svg"));
}

StateSign Theme::sign(TrialState state)
{
    switch (state) {
    case TrialState::Pending:
        return {QStringLiteral("·"), tr("pending"), Tone::Muted};
    case TrialState::Queued:
        return {QStringLiteral("○"), tr("queued"), Tone::Muted};
    case TrialState::Running:
        return {QStringLiteral("▶"), tr("running"), Tone::Accent};
    case TrialState::Paused:
        return {QStringLiteral("‖"), tr("paused"), Tone::Warning};
    case TrialState::Completed:
        return {QStringLiteral("✓"), tr("completed"), Tone::Good};
    case TrialState::Stopped:
        return {QStringLiteral("■"), tr("stopped"), Tone::Muted};
    case TrialState::Failed:
        return {QStringLiteral("✕"), tr("failed"), Tone::Bad};
    case TrialState::Diverged:
        return {QStringLiteral("∞"), tr("diverged"), Tone::Bad};
    case TrialState::Cancelled:
        return {QStringLiteral("–"), tr("cancelled"), Tone::Muted};
    }
    Q_UNREACHABLE();
}

StateSign Theme::sign(ExperimentState state)
{
    switch (state) {
    case ExperimentState::Draft:
        return {QStringLiteral("·"), tr("draft"), Tone::Muted};
    case ExperimentState::Ready:
        return {QStringLiteral("○"), tr("ready"), Tone::Muted};
    case ExperimentState::Running:
        return {QStringLiteral("▶"), tr("running"), Tone::Accent};
    case ExperimentState::Paused:
        return {QStringLiteral("‖"), tr("paused"), Tone::Warning};
    case ExperimentState::Completed:
        return {QStringLiteral("✓"), tr("completed"), Tone::Good};
    case ExperimentState::Stopped:
        return {QStringLiteral("■"), tr("stopped"), Tone::Muted};
    case ExperimentState::Failed:
        return {QStringLiteral("✕"), tr("failed"), Tone::Bad};
    }
    Q_UNREACHABLE();
}

} // namespace widthwise::ui
