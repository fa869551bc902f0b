// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/theme/palettes.h"

#include <QApplication>
#include <QDir>
#include <QFontMetricsF>
#include <QPixmap>
#include <QSet>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestTheme : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void contrastRatioOfKnownColours();
    void contrastOfText_data();
    void contrastOfText();
    void parametrizationColoursAreFixed();
    void widerIsDarker_data() { contrastOfText_data(); }
    void widerIsDarker();
    void figuresAreTabular();
    void everyStateHasItsOwnShape();
    void modesSwitchThePalette();
    void iconsAreTinted();
    void everyIconRenders();
};

void TestTheme::contrastRatioOfKnownColours()
{
    QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    QVERIFY(std::abs(contrastRatio(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
}

void TestTheme::contrastOfText_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestTheme::contrastOfText()
{
    QFETCH(bool, dark);
    for (const Tone ground : {Tone::Surface, Tone::Raised})
        for (const Tone text : {Tone::Text, Tone::Muted, Tone::Accent, Tone::Good, Tone::Warning, Tone::Bad})
            QVERIFY2(contrastRatio(toneColor(text, dark), toneColor(ground, dark)) >= 4.5,
                     qPrintable(QStringLiteral("tone %1 on %2").arg(int(text)).arg(int(ground))));
    QVERIFY(contrastRatio(toneColor(Tone::OnAccent, dark), toneColor(Tone::Accent, dark)) >= 4.5);

    const QPalette palette = makePalette(dark);
    QVERIFY(contrastRatio(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >= 4.5);
    QVERIFY(contrastRatio(palette.color(QPalette::Text), palette.color(QPalette::AlternateBase)) >= 4.5);
}

void TestTheme::parametrizationColoursAreFixed()
{
    Theme& theme = Theme::instance();
    theme.apply(Theme::Mode::Light);
    QCOMPARE(theme.parametrization(QStringLiteral("mup")), QColor(0x00, 0x72, 0xb2));
    QCOMPARE(theme.parametrization(QStringLiteral("sp")), QColor(0xd5, 0x5e, 0x00));
    theme.apply(Theme::Mode::Dark);
    for (const QString& name : {QStringLiteral("mup"), QStringLiteral("sp")})
        QVERIFY(contrastRatio(theme.parametrization(name), theme.color(Tone::Surface)) >= 4.5);
}

void TestTheme::widerIsDarker()
{
    QFETCH(bool, dark);
    Theme& theme = Theme::instance();
    theme.apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    for (const int count : {1, 2, 5, 9})
        for (int i = 0; i < count; ++i) {
            const QColor color = theme.width(i, count);
            QVERIFY(contrastRatio(color, theme.color(Tone::Surface)) >= 3); // WCAG 2.1 for graphics
            QVERIFY(i == 0 ||
                    contrastRatio(color, Qt::black) < contrastRatio(theme.width(i - 1, count), Qt::black));
        }
}

void TestTheme::figuresAreTabular()
{
    const QFontMetricsF metrics(Theme::instance().numbers());
    for (char16_t digit = u'1'; digit <= u'9'; ++digit)
        QCOMPARE(metrics.horizontalAdvance(QChar(digit)), metrics.horizontalAdvance(QLatin1Char('0')));
}

void TestTheme::everyStateHasItsOwnShape()
{
    QSet<QString> shapes, labels;
    for (int state = 0; state <= int(TrialState::Cancelled); ++state) {
        const StateSign sign = Theme::sign(TrialState(state));
        shapes.insert(sign.shape);
        labels.insert(sign.label);
    }
    QCOMPARE(shapes.size(), 9);
    QCOMPARE(labels.size(), 9);
}

void TestTheme::modesSwitchThePalette()
{
    Theme& theme = Theme::instance();
    theme.apply(Theme::Mode::Light);
    QVERIFY(!theme.dark());
    QVERIFY(QApplication::palette().color(QPalette::Base).lightness() > 200);
    int changes = 0;
    const QObject untilTheEnd; // the theme outlives `changes`
    connect(&theme, &Theme::changed, &untilTheEnd, [&changes] { ++changes; });
    theme.apply(Theme::Mode::Dark);
    QCOMPARE(changes, 1);
    QVERIFY(theme.dark());
    QVERIFY(QApplication::palette().color(QPalette::Base).lightness() < 60);
    theme.apply(Theme::Mode::System);
    QVERIFY(!theme.dark()); // the offscreen platform is light
}

void TestTheme::iconsAreTinted()
{
    Theme& theme = Theme::instance();
    const QIcon icon = theme.icon(QStringLiteral("stop"));
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        theme.apply(mode);
        const QImage image = icon.pixmap(32, 32).toImage();
        bool found = false;
        for (int y = 0; y < image.height() && !found; ++y)
            for (int x = 0; x < image.width() && !found; ++x)
                found = image.pixelColor(x, y) == theme.color(Tone::Text);
        QVERIFY2(found, "no pixel of the icon has the text colour");
    }
}

void TestTheme::everyIconRenders()
{
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList();
    QVERIFY(files.size() > 10);
    for (QString file : files) {
        const QImage image =
            Theme::instance().icon(file.remove(QStringLiteral(".svg"))).pixmap(16, 16).toImage();
        QVERIFY2(image.pixelColor(0, 0).alpha() == 0, qPrintable(file));
        int painted = 0;
        for (int y = 0; y < 16; ++y)
            for (int x = 0; x < 16; ++x)
                painted += image.pixelColor(x, y).alpha() > 64;
        QVERIFY2(painted >= 8, qPrintable(file));
    }
}

WIDTHWISE_UI_TEST_MAIN(TestTheme)
#include "tst_theme.moc"
