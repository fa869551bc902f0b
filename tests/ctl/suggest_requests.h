// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace widthwise::ctl {

/// A space with all kinds of parameters, a request that begins a study of it, and one that tells of a trial.
inline const QByteArray space = R"([
 {"name":"lr","type":"float","low":1e-5,"high":1,"log":true},
 {"name":"layers","type":"int","low":2,"high":12,"log":false},
 {"name":"optimizer","type":"categorical","choices":["sgdm","adamw",3,2.5,true]},
 {"name":"momentum","type":"float","low":0.5,"high":0.999,"when":{"param":"optimizer","in":["sgdm",true]}},
 {"name":"depth","type":"int","low":1,"high":3,"when":{"param":"layers","in":[2,3,4]}}])";

inline QByteArray init(const QByteArray& algorithm, const QByteArray& fidelity = "null")
{
    return QByteArray(R"({"cmd":"init","version":1,"seed":7,"direction":"minimize","space":)" + space +
                      R"(,"max_parallel":8,"max_trials":200,"unknown":{"x":1},"fidelity":)" + fidelity +
                      R"(,"algorithm":)" + algorithm + '}')
        .replace('\n', ' ');
}

inline QByteArray tell(int id, const QByteArray& state, const QByteArray& value)
{
    return R"({"cmd":"tell","id":)" + QByteArray::number(id) + R"(,"state":")" + state + R"(","value":)" +
           value + '}';
}

inline bool isOk(const QJsonObject& reply)
{
    return reply[QLatin1String("ok")].toBool();
}

} // namespace widthwise::ctl
