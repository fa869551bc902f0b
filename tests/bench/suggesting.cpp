// SPDX-License-Identifier: GPL-3.0-or-later
#include "suggesting.h"

#include "peer.h"

#include <QByteArray>

#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace widthwise::bench {

QStringList ourSuggest()
{
    return {QStringLiteral(WIDTHWISECTL), QStringLiteral("suggest"), QStringLiteral("--stdio")};
}

QStringList optunaSuggest()
{
    const QString python = QStringLiteral("/usr/bin/python3");
    if (numbersOf(python.toStdString() + " -c 'import optuna, cmaes; print(1)'").empty()) {
        std::fprintf(stderr, "without Optuna: apt-get install python3-optuna python3-cmaes\n");
        return {};
    }
    return {python, QStringLiteral(WIDTHWISE_BENCH_SOURCE "/peers/optuna_suggest.py")};
}

Suggesting::Suggesting(const QStringList& command)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(command.first(), command.mid(1));
}

Suggesting::~Suggesting()
{
    m_process.closeWriteChannel();
    m_process.waitForFinished(-1);
}

Suggesting::Json Suggesting::operator()(const Json& request)
{
    m_process.write(QByteArray::fromStdString(request.dump()) + '\n');
    while (!m_process.canReadLine())
        if (!m_process.waitForReadyRead(-1))
            throw std::runtime_error(m_process.program().toStdString() + " has ended");
    Json reply = Json::parse(m_process.readLine().toStdString());
    if (reply.at("ok") != true)
        throw std::runtime_error(reply.dump());
    return reply;
}

Mean meanOf(const std::vector<double>& values)
{
    const auto count = static_cast<double>(values.size());
    Mean mean;
    double squares = 0;
    for (const double value : values)
        mean.value += value / count;
    for (const double value : values)
        squares += (value - mean.value) * (value - mean.value);
    if (values.size() > 1)
        mean.interval = 1.96 * std::sqrt(squares / (count - 1) / count);
    return mean;
}

std::string intervalText(const Mean& mean)
{
    char text[32];
    std::snprintf(text, sizeof text, "±%.3f", mean.interval);
    return mean.interval == 0 ? "" : text;
}

} // namespace widthwise::bench
